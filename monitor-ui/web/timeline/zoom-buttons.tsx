import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useTimelineText } from './i18n/index.ts';
import { zoomSteps, type ZoomStep } from './viewport.ts';

export function ZoomButtons({
  step,
  onStep,
  onZoom,
}: {
  readonly step: ZoomStep;
  readonly onStep: (spanMs: number) => void;
  readonly onZoom: (factor: number) => void;
}) {
  const text = useTimelineText();
  return (
    <div className="timeline-zoom" role="group" aria-label={text('zoom.group')}>
      <button
        type="button"
        onClick={() => onZoom(2)}
        aria-label={text('zoom.out')}
        title={`${text('zoom.out')} (−)`}
      >
        <IconMinus size={14} aria-hidden="true" />
      </button>
      {zoomSteps.map(({ name, spanMs }) => (
        <button key={name} type="button" aria-pressed={name === step} onClick={() => onStep(spanMs)}>
          {text(`zoom.${name}`)}
        </button>
      ))}
      <button
        type="button"
        onClick={() => onZoom(0.5)}
        aria-label={text('zoom.in')}
        title={`${text('zoom.in')} (+)`}
      >
        <IconPlus size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
