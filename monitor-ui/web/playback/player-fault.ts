import type { PlayerFault } from './player.ts';

/** The part of hls.js's `ErrorData` that is judged; its enums are plain strings here. */
interface HlsFault {
  readonly type: string;
  readonly details: string;
  readonly fatal: boolean;
  readonly response?: { readonly code?: number } | undefined;
}

/** What an hls.js error means for the person: `recoverable` needs nothing, `recover` a fresh decoder. */
export function faultOf(data: HlsFault): PlayerFault | 'empty' | 'recover' | 'recoverable' {
  if (data.details === 'levelEmptyError') return 'empty';
  const code = data.response?.code ?? 0;
  if (code === 410 || code === 401) return 'expired';
  if (code === 403 || code === 404) return 'forbidden';
  if (!data.fatal) return 'recoverable';
  if (code === 503 || code === 502 || code === 504) return 'away';
  if (data.details === 'manifestIncompatibleCodecsError' || data.details === 'bufferAddCodecError')
    return 'codec';
  if (data.type === 'networkError') return 'network';
  return 'recover';
}
