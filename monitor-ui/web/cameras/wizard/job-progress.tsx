import { Button, Progress } from '@mantine/core';
import { useCamerasText } from '../i18n/index.ts';

/** How far a question to the recorder is, as the recorder says it, and the way to give it up. */
export function JobProgress({
  label,
  progress,
  onStop,
}: {
  readonly label: string;
  readonly progress: number;
  readonly onStop: () => void;
}) {
  const text = useCamerasText();
  const percent = Math.round(progress * 100);
  return (
    <div className="wizard-progress">
      <div>
        <span role="status">{label}</span>
        <span>{percent} %</span>
      </div>
      <Progress value={Math.max(4, percent)} animated aria-label={label} />
      <div>
        <small>{text('device.finding-note')}</small>
        <Button variant="default" size="sm" onClick={onStop}>
          {text('device.stop')}
        </Button>
      </div>
    </div>
  );
}
