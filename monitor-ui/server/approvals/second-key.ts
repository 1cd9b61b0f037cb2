import { may, type Actor } from '../access/index.ts';
import type { Action } from '../access/index.ts';
import { forbidden, ProblemError } from '../problem/index.ts';

/** Who asked, as they were when they asked. */
export interface Asker {
  readonly personId: string;
  readonly unitId: string;
  readonly staffNumber: string;
  /** As it is now: nobody becomes another unit's or another person's by a later change. */
  readonly now: { readonly unitId: string; readonly staffNumber: string | undefined };
}

/** Why this person's key is not a second one, or `undefined` when it is. */
export function secondKeyFault(actor: Actor, asker: Asker, giveAction: Action): ProblemError | undefined {
  const { person } = actor;
  if (!may(actor, giveAction)) return forbidden(giveAction);
  if (person.id === asker.personId) {
    return new ProblemError(
      403,
      'own-request',
      'Nobody is the second key to what they asked for themselves.',
    );
  }
  if (person.staffNumber === undefined) return staffNumberMissing();
  if (person.staffNumber === asker.staffNumber || person.staffNumber === asker.now.staffNumber) {
    return new ProblemError(403, 'same-person', 'This is another account of the person who asked.');
  }
  if (person.unitId === asker.unitId || person.unitId === asker.now.unitId) {
    return new ProblemError(403, 'same-unit', 'The second key is a person of another unit.');
  }
  return undefined;
}

/** Without it, two accounts of one person cannot be told from two people. */
export function staffNumberMissing(): ProblemError {
  return new ProblemError(
    409,
    'staff-number-missing',
    'What takes two people needs the staff number of both: an administrator enters it at the account.',
  );
}
