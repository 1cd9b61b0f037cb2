import { formatDateTime } from '../ui-kit/index.ts';
import { Copied } from './copied.tsx';
import { useOfficesText } from './i18n/index.ts';
import { recorderConfigurationLines } from './recorder-configuration.ts';

export function EnrolmentCode({ code, expiresAt }: { readonly code: string; readonly expiresAt: number }) {
  const text = useOfficesText();
  const lines = recorderConfigurationLines(location, code);
  return (
    <>
      <Copied label={text('enrol.code')} value={code} />
      <p className="offices-note">{text('enrol.valid', { time: formatDateTime(expiresAt) })}</p>
      <Copied label={text('enrol.config')} value={lines} />
      {location.protocol === 'https:' ? null : <p className="offices-note">⚠ {text('enrol.plain')}</p>}
      <p className="offices-note">⚠ {text('enrol.once')}</p>
    </>
  );
}
