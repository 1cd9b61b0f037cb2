import { Modal } from '@mantine/core';
import { Kbd } from '../ui-kit/index.ts';
import { usePlaybackText } from './i18n/index.ts';

const rows = [
  [['Space', 'K'], 'help.play'],
  [['J', 'K', 'L'], 'help.jkl'],
  [[',', '.'], 'help.frame'],
  [['←', '→'], 'help.seconds'],
  [['Home', 'End'], 'help.day'],
  [['I', 'O'], 'help.marks'],
  [['B'], 'help.bookmark'],
  [['+', '−'], 'help.zoom'],
  [['M'], 'help.mute'],
  [['G'], 'help.goto'],
  [['1', '–', '4'], 'help.camera'],
  [['?'], 'help.help'],
] as const;

export function HelpDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const text = usePlaybackText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text('help.title')}
      closeButtonProps={{ 'aria-label': text('close') }}
    >
      <dl className="playback-help">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{text(what)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
