import type { Alarm } from '@minhbach/shared/protocol';
import { formatDateTime } from '../ui-kit/index.ts';
import { AlarmDetail, AlarmMarks, AlarmOwner } from './alarm-facts.tsx';
import { useAlarmText } from './i18n/index.ts';

export function AlarmRow({
  alarm,
  place,
  chosen,
  onOpen,
}: {
  readonly alarm: Alarm;
  readonly place: string;
  readonly chosen: boolean;
  readonly onOpen: () => void;
}) {
  const text = useAlarmText();
  return (
    <button
      type="button"
      className={`alarm-row alarm-${alarm.severity}`}
      aria-current={chosen}
      data-alarm={alarm.id}
      onClick={onOpen}
    >
      <span className="alarm-row-what">
        <b>{text(`kind.${alarm.kind}`)}</b>
        <span>{place}</span>
        <AlarmDetail alarm={alarm} />
      </span>
      <span className="alarm-marks">
        <AlarmMarks alarm={alarm} />
      </span>
      <span className="alarm-row-who">
        <span>{text(`state.${alarm.state}`)}</span>
        <AlarmOwner alarm={alarm} />
      </span>
      <span className="alarm-row-time">{formatDateTime(alarm.lastSeen)}</span>
    </button>
  );
}
