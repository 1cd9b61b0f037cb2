import type { Person, Unit } from '@minhbach/shared/protocol';
import { forbidden } from '../problem/index.ts';
import { roleMay, scopeOf, type Action } from './role-table.ts';

/** A person as they stand behind a request: looked up anew each time, so that a change holds at once. */
export interface Actor {
  readonly person: Person;
  readonly unit: Unit;
}

/** Throws the 403 unless the role has the action (and, where the table says so, the unit is an oversight unit). */
export function requireMay(actor: Actor, action: Action): void {
  if (!may(actor, action)) throw forbidden(action);
}

export function may(actor: Actor, action: Action): boolean {
  if (!actor.person.active || !roleMay(actor.person.role, action)) return false;
  return scopeOf(action) !== 'oversight' || actor.unit.oversight;
}
