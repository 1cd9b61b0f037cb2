import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useOfficesText } from './i18n/index.ts';

/** A secret that is shown once, to be copied. */
export function Copied({ label, value }: { readonly label: string; readonly value: string }) {
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
