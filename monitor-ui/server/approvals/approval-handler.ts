import type { Approval, ApprovalKind } from '@minhbach/shared/protocol';
import type { CounterId, UtcMs } from '@minhbach/shared/units-of-measure';
import type { Action } from '../access/index.ts';

/** What a person wants that one person alone may not have. */
export interface ApprovalAsk {
  readonly kind: ApprovalKind;
  /** The export, change or hold it is about; the room that asks keeps it. */
  readonly subjectId: string;
  /** Absent for what is about an account. */
  readonly counterId?: CounterId;
  readonly from?: UtcMs;
  readonly to?: UtcMs;
  readonly reason: string;
}

type Of<State extends Approval['state']> = Extract<Approval, { readonly state: State }>;

/** What a room registers for its kind. Both callbacks run in the decision's transaction and must not await. */
export interface ApprovalHandler {
  readonly kind: ApprovalKind;
  /** Who, besides the person who asked, may see that it was asked. */
  readonly readAction: Action;
  /** Who may decide it, being another person of another unit. */
  readonly giveAction: Action;
  /** The effect. What it throws is the answer to the person deciding, and nothing is decided. */
  given(approval: Of<'given'>): void;
  /** Whose account it is about, where it is about one. */
  personName?(subjectId: string): string | undefined;
  /** Nothing will come of it. */
  ended(approval: Of<'refused' | 'expired'>): void;
}
