import type { Counter, Source } from '@minhbach/shared/protocol';
import { StateDot, type Tone } from '../../ui-kit/index.ts';
import { codecName } from '../codec-name.ts';
import { useCamerasText, type CamerasText } from '../i18n/index.ts';
import { toneOfState } from '../source-row.tsx';

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}
interface Check {
  readonly name: string;
  readonly tone: Tone;
  readonly word: string;
  readonly good: boolean;
}

/** What has been seen to work, point by point, as it stands now. Nothing here is ticked by hand. */
export function Acceptance({
  source,
  counter,
  seen,
}: {
  readonly source: Source;
  readonly counter: Counter;
  readonly seen: PictureSize | undefined;
}) {
  const text = useCamerasText();
  const checks = [
    ...(source.kind === 'camera' ? [pictureCheck(text, seen)] : []),
    stateCheck(text, source),
    {
      name: text('check.codec'),
      ...(source.codec === undefined
        ? { tone: 'warn' as const, word: text('check.waiting'), good: false }
        : { tone: 'plain' as const, word: codecName(source.codec), good: true }),
    },
    soundCheck(text, source, counter),
  ];
  const allGood = checks.every(({ good }) => good);
  return (
    <section className="cameras-card" aria-label={text('check.title')}>
      <h2>{text('check.title')}</h2>
      <dl className="checks">
        {checks.map(({ name, tone, word, good }) => (
          <div key={name} data-good={good}>
            <dt>
              <span aria-hidden="true">{good ? '✓' : '…'}</span> {name}
            </dt>
            <dd>
              <StateDot tone={tone} word={word} />
            </dd>
          </div>
        ))}
      </dl>
      <p role="status">
        <b>{text(allGood ? 'check.all-good' : 'check.not-yet')}</b>
      </p>
    </section>
  );
}

function pictureCheck(text: CamerasText, seen: PictureSize | undefined): Check {
  return seen === undefined
    ? { name: text('check.picture'), tone: 'warn', word: text('check.picture-no'), good: false }
    : {
        name: text('check.picture'),
        tone: 'plain',
        word: text('check.picture-yes', { width: seen.widthPx, height: seen.heightPx }),
        good: true,
      };
}

function stateCheck(text: CamerasText, { state, cause }: Source): Check {
  const word = text(`state.${state}`);
  return {
    name: text('check.state'),
    tone: toneOfState[state],
    word: state === 'recording' || cause === undefined ? word : `${word}: ${text(`cause.${cause}`)}`,
    good: state === 'recording',
  };
}

/** The device's own sound, or any microphone of the counter: the counter's duty needs one that records. */
function soundCheck(text: CamerasText, source: Source, counter: Counter): Check {
  const name = text('check.sound');
  const microphones = counter.sources.filter(({ kind }) => kind === 'microphone');
  const own = microphones.find(({ deviceId }) => deviceId === source.deviceId);
  const best = own ?? microphones.find(({ state }) => state === 'recording') ?? microphones[0];
  if (best === undefined) return { name, tone: 'warn', word: text('check.sound-none'), good: false };
  if (best.state !== 'recording') {
    return { name, tone: toneOfState[best.state], word: text(`state.${best.state}`), good: false };
  }
  return {
    name,
    tone: 'plain',
    word: best === own ? text('check.sound-yes') : text('check.sound-other', { name: best.name }),
    good: true,
  };
}
