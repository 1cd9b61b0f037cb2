import type { ReactNode } from 'react';

export function SectionHead({
  title,
  lead,
  action,
}: {
  readonly title: string;
  readonly lead: string;
  readonly action?: ReactNode;
}) {
  return (
    <div className="offices-head">
      <div>
        <h2>{title}</h2>
        <p>{lead}</p>
      </div>
      {action}
    </div>
  );
}
