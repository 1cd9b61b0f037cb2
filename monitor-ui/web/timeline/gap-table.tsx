import { useTimelineText } from './i18n/index.ts';
import { clockText, dateText } from './local-time.ts';
import { describeSpan } from './describe-span.ts';
import { gapsWithin, type TimelineLane } from './timeline-content.ts';

const mostRows = 50;

/** The gaps on screen as a table, for those who do not see the drawing. */
export function GapTable({
  lanes,
  fromMs,
  toMs,
}: {
  readonly lanes: readonly TimelineLane[];
  readonly fromMs: number;
  readonly toMs: number;
}) {
  const text = useTimelineText();
  const gaps = gapsWithin(lanes, fromMs, toMs);
  if (gaps.length === 0) return <p className="visually-hidden">{text('gaps.none')}</p>;
  return (
    <div className="visually-hidden">
      <table>
        <caption>{text('gaps.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{text('gaps.source')}</th>
            <th scope="col">{text('gaps.from')}</th>
            <th scope="col">{text('gaps.to')}</th>
            <th scope="col">{text('gaps.cause')}</th>
          </tr>
        </thead>
        <tbody>
          {gaps.slice(0, mostRows).map(({ sourceName, span }) => (
            <tr key={`${sourceName}-${span.from}`}>
              <td>{sourceName}</td>
              <td>{`${dateText(span.from)} ${clockText(span.from)}`}</td>
              <td>{clockText(span.to)}</td>
              <td>{describeSpan(text, span)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {gaps.length > mostRows ? <p>{text('gaps.more', { count: gaps.length - mostRows })}</p> : null}
    </div>
  );
}
