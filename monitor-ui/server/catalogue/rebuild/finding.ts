/** Something the archive, or the archive and this database, do not agree on. */
export interface Finding {
  readonly code:
    | 'bundle-unreadable'
    | 'bundle-missing'
    | 'entry-differs'
    | 'entry-refused'
    | 'object-missing'
    | 'object-size'
    | 'object-without-entry'
    | 'object-unreadable'
    | 'source-unknown';
  /** Object key, or recorder, generation and number of an entry. */
  readonly place: string;
  readonly expected: string;
  readonly found: string;
}
