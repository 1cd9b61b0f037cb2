import { systemClock, type Clock } from '@minhbach/shared/clock';
import { utcMs } from '@minhbach/shared/units-of-measure';

/** The machine's clock, whose wall time can be set as by a person or an NTP daemon; monotonic time goes on. */
export class SettableClock implements Clock {
  setByMs = 0;
  readonly wallNow = () => utcMs(systemClock.wallNow() + this.setByMs);
  readonly monotonicNowMs = () => systemClock.monotonicNowMs();
  readonly sleep = systemClock.sleep;
}
