import { Button, Group } from '@mantine/core';
import type { ExportRecipientMade } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { formatDateTime } from '../ui-kit/index.ts';
import { useEvidenceText } from './i18n/index.ts';

/** The link, shown this once. */
export function RecipientLink({
  made,
  onClose,
}: {
  readonly made: ExportRecipientMade;
  readonly onClose: () => void;
}) {
  const text = useEvidenceText();
  const [copied, setCopied] = useState(false);
  const link = new URL(made.url, location.href).href;
  return (
    <div className="evidence-link" role="status">
      <p>{text('recipients.link')}</p>
      <pre tabIndex={0} aria-label={text('recipients.link')}>
        {link}
      </pre>
      <p className="evidence-faint">
        ⚠ {text('recipients.once')} {text('recipients.until', { time: formatDateTime(made.expiresAt) })}
      </p>
      <Group gap="sm">
        <Button
          size="sm"
          onClick={() => {
            // Browsers have no clipboard outside https and loopback; there the text is still there to be selected.
            Promise.resolve()
              .then(() => navigator.clipboard.writeText(link))
              .then(
                () => setCopied(true),
                () => setCopied(false),
              );
          }}
        >
          {text(copied ? 'recipients.copied' : 'recipients.copy')}
        </Button>
        <Button size="sm" variant="default" onClick={onClose}>
          {text('recipients.hide')}
        </Button>
      </Group>
    </div>
  );
}
