export { accessSchema } from './access-schema.ts';
export { may, requireMay, type Actor } from './actor.ts';
export {
  pageEvents,
  requireEvent,
  tellTable,
  upgradeTable,
  type PageEvent,
  type ToldEvent,
  type UpgradePath,
} from './address-table.ts';
export { FirstStart } from './first-start.ts';
export { hashPassword } from './password-hash.ts';
export { People, type PersonChange } from './people.ts';
export { actions, actionsOf, roleMay, scopeOf, type Action } from './role-table.ts';
export { SessionStore, type SessionLimits } from './session-store.ts';
export { Sessions, type SignedIn } from './sessions.ts';
export {
  seesUnit,
  Sight,
  unitSight,
  type CounterPlace,
  type Places,
  type SitePlace,
  type SourcePlace,
  type UnitSight,
} from './sight.ts';
export { SignIn, type SignInLimits } from './sign-in.ts';
export { Units } from './units.ts';
