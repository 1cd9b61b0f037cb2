export { describeSpan, spanAt } from './describe-span.ts';
export { timelineHas, useTimelineText, type TimelineText } from './i18n/index.ts';
export { firstEndingAfter } from './lane-marks.ts';
export { clockText, dateText, localOffsetMs, startOfLocalDay } from './local-time.ts';
export {
  gapsWithin,
  selectionOf,
  type Selection,
  type TimelineBookmark,
  type TimelineLane,
} from './timeline-content.ts';
export { Timeline, type TimelineHandle } from './timeline.tsx';
export { dayMs, hourMs, minuteMs, secondMs } from './viewport.ts';
