import { Modal } from '@mantine/core';
import '@mantine/core/styles.layer.css';
import { Kbd } from '../ui-kit/index.ts';
import { useWallText, type WallKey } from './i18n/index.ts';

const keys: readonly (readonly [string, WallKey])[] = [
  ['← → ↑ ↓ 1–9', 'key.choose'],
  ['Enter', 'key.focus'],
  ['Esc', 'key.back'],
  ['B', 'key.bookmark'],
  ['Space', 'key.freeze'],
  ['.', 'key.play-on'],
  ['M', 'key.sound'],
  ['C', 'key.camera'],
  ['G', 'key.grid'],
  ['PageUp PageDown', 'key.pages'],
  ['P', 'key.patrol'],
  ['A', 'key.alarms'],
  ['?', 'key.help'],
];

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useWallText();
  return (
    <Modal
      opened
      onClose={onClose}
      title={text('help.title')}
      centered
      closeButtonProps={{ 'aria-label': text('help.close') }}
    >
      <dl className="wall-help-keys">
        {keys.map(([names, meaning]) => (
          <div key={meaning}>
            <dt>
              {names.split(' ').map((name) => (
                <Kbd key={name}>{name}</Kbd>
              ))}
            </dt>
            <dd>{text(meaning)}</dd>
          </div>
        ))}
      </dl>
      <p className="wall-help-click">{text('help.click')}</p>
    </Modal>
  );
}
