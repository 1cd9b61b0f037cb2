import type { ErrorData } from 'hls.js';
import type { PlayerFault } from './player.ts';

/** What an hls.js error means for the person: `recoverable` needs nothing, `recover` a fresh decoder. */
export function faultOf(
  data: Pick<ErrorData, 'type' | 'details' | 'fatal'> & {
    readonly response?: { readonly code?: number } | undefined;
  },
): PlayerFault | 'empty' | 'recover' | 'recoverable' {
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
