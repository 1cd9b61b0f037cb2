const dayMs = 86_400_000;
const offsetMs = 7 * 3_600_000;
const hours = [6, 12, 18];

/** Where in its local day a span lies. What it says stands in words beside it. */
export function DayStrip({
  fromMs,
  toMs,
  held,
}: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly held: boolean;
}) {
  const midnight = Math.floor((fromMs + offsetMs) / dayMs) * dayMs - offsetMs;
  const at = (ms: number) => Math.min(100, Math.max(0, ((ms - midnight) / dayMs) * 100));
  const [left, right] = [at(fromMs), at(toMs)];
  return (
    <svg className="complaints-strip" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="6" className="day" />
      {hours.map((hour) => (
        <rect key={hour} x={(hour / 24) * 100} width="0.2" height="6" className="hour" />
      ))}
      <rect x={left} width={Math.max(0.6, right - left)} height="6" className={held ? 'held' : 'span'} />
    </svg>
  );
}
