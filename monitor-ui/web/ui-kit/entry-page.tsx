import type { ReactNode } from 'react';
import './entry-page.css';

/** The frame of pages before anybody is signed in. */
export function EntryPage({
  title,
  lead,
  top,
  foot,
  children,
}: {
  readonly title: string;
  readonly lead: string;
  readonly top: ReactNode;
  readonly foot?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="entry">
      <div className="entry-top">{top}</div>
      <main className="entry-card">
        <p className="entry-brand">
          Minh<i aria-hidden="true">●</i>Bạch
        </p>
        <h1>{title}</h1>
        <p className="entry-lead">{lead}</p>
        {children}
        {foot === undefined ? null : <small className="entry-foot">{foot}</small>}
      </main>
    </div>
  );
}
