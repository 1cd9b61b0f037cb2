import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { formatDateTime } from '../ui-kit/index.ts';
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

function Copied({ label, value }: { readonly label: string; readonly value: string }) {
  const text = useOfficesText();
  const [copied, setCopied] = useState(false);
  return (
    <div className="offices-code">
      <span>{label}</span>
      <pre tabIndex={0} aria-label={label}>
        {value}
      </pre>
      <Button
        variant="default"
        size="sm"
        leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
        onClick={() => {
          copy(value).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {text(copied ? 'enrol.copied' : 'enrol.copy')}
      </Button>
    </div>
  );
}

/** Browsers have no clipboard outside https and loopback; there the text is still there to be selected. */
async function copy(value: string): Promise<void> {
  await navigator.clipboard.writeText(value);
}
