import type { Role } from '@minhbach/shared/protocol';

/**
 * On what a role may use its action. `sites`: within sight (see `sight.ts`). `own-unit-or-oversight`: the person's own
 * unit, or any for people of an oversight unit. `oversight`: only people of an oversight unit. `own`: only what the
 * person made. `everything`: no object decides.
 */
export type ActionScope = 'sites' | 'own-unit-or-oversight' | 'oversight' | 'own' | 'everything';

interface Row {
  readonly roles: readonly Role[];
  readonly scope: ActionScope;
}

const everybody = [
  'technician',
  'monitor',
  'investigator',
  'supervisor',
  'auditor',
  'administrator',
  'head',
] as const satisfies readonly Role[];

/** Who may do what. What is not here, nobody may. Every route, socket event and media address names one row. */
export const roleTable = {
  'units.read': { roles: everybody, scope: 'own-unit-or-oversight' },
  'units.create': { roles: ['administrator'], scope: 'oversight' },
  'units.manage': { roles: ['administrator'], scope: 'own-unit-or-oversight' },
  'people.read': { roles: ['administrator'], scope: 'own-unit-or-oversight' },
  'people.manage': { roles: ['administrator'], scope: 'own-unit-or-oversight' },
  /** The second key to accounts and roles. */
  'accounts.agree': { roles: ['supervisor', 'administrator'], scope: 'oversight' },
  'sites.read': { roles: everybody, scope: 'sites' },
  'sites.manage': { roles: ['administrator'], scope: 'sites' },
  'counters.read': { roles: everybody, scope: 'sites' },
  'counters.manage': { roles: ['administrator'], scope: 'sites' },
  'recorders.read': {
    roles: ['technician', 'monitor', 'supervisor', 'auditor', 'administrator', 'head'],
    scope: 'sites',
  },
  'recorders.manage': { roles: ['administrator'], scope: 'sites' },
  'recorders.enrol': { roles: ['administrator'], scope: 'sites' },
  'recorders.discover': { roles: ['technician'], scope: 'sites' },
  'recorders.probe': { roles: ['technician'], scope: 'sites' },
  'jobs.read': { roles: ['technician'], scope: 'own' },
  'sources.read': { roles: everybody, scope: 'sites' },
  'sources.register': { roles: ['technician'], scope: 'sites' },
  'sources.retire': { roles: ['technician'], scope: 'sites' },
  'sources.aim': { roles: ['technician'], scope: 'sites' },
  'live.watch': { roles: ['monitor', 'supervisor'], scope: 'sites' },
  'live.listen': { roles: ['monitor', 'supervisor'], scope: 'sites' },
  'timeline.read': { roles: ['monitor', 'investigator', 'supervisor', 'auditor'], scope: 'sites' },
  'completeness.read': {
    roles: ['technician', 'supervisor', 'auditor', 'administrator', 'head'],
    scope: 'sites',
  },
  /** Work that takes a counter out of service, announced before it begins. */
  'work-orders.read': {
    roles: ['technician', 'monitor', 'supervisor', 'auditor', 'administrator', 'head'],
    scope: 'sites',
  },
  'work-orders.open': { roles: ['technician', 'administrator'], scope: 'sites' },
  /** One person asks, one of another unit decides. A head reads them without people and texts. */
  'gaps.read': { roles: ['technician', 'supervisor', 'auditor', 'administrator', 'head'], scope: 'sites' },
  'gaps.explain': { roles: ['technician', 'administrator'], scope: 'sites' },
  'gaps.decide': { roles: ['supervisor'], scope: 'sites' },
  /** A monitor goes back 10 minutes or plays incidents of his own; the others state a reason. */
  'playback.grant': { roles: ['monitor', 'investigator', 'supervisor'], scope: 'sites' },
  'playback.media': { roles: ['monitor', 'investigator', 'supervisor'], scope: 'own' },
  'incidents.create': { roles: ['monitor', 'supervisor'], scope: 'sites' },
  'incidents.read': { roles: ['monitor', 'investigator', 'supervisor'], scope: 'sites' },
  'incidents.change': { roles: ['monitor', 'supervisor'], scope: 'sites' },
  /** The standing team answers the hotline too: who takes a complaint need not be allowed to read others. */
  'complaints.take': { roles: ['monitor', 'investigator', 'supervisor'], scope: 'oversight' },
  'complaints.read': { roles: ['investigator', 'supervisor'], scope: 'oversight' },
  /** Who complained: asked for with a reason, each time written down. */
  'complaints.see-reporter': { roles: ['investigator', 'supervisor'], scope: 'oversight' },
  /** How many in each week that is over, of the own sites: all that an office learns. */
  'complaints.count': { roles: ['head'], scope: 'sites' },
  'cases.open': { roles: ['investigator'], scope: 'oversight' },
  'cases.read': { roles: ['investigator', 'supervisor'], scope: 'oversight' },
  'cases.work': { roles: ['investigator', 'supervisor'], scope: 'oversight' },
  'search.all': { roles: ['investigator', 'supervisor'], scope: 'oversight' },
  /** Holds are known to those who work on complaints, and to nobody of the office or its technology. */
  'holds.place': { roles: ['investigator', 'supervisor'], scope: 'sites' },
  'holds.read': { roles: ['investigator', 'supervisor', 'auditor'], scope: 'sites' },
  'holds.release': { roles: ['investigator', 'supervisor'], scope: 'sites' },
  /** An evidence package leaves the building: never by one person's decision. */
  'exports.ask': { roles: ['investigator', 'supervisor'], scope: 'sites' },
  'exports.read': { roles: ['investigator', 'supervisor', 'auditor'], scope: 'sites' },
  'exports.agree': { roles: ['supervisor'], scope: 'sites' },
  /** The second key. Which kinds one sees and decides is each kind's own row; never what one asked for oneself. */
  'approvals.read': { roles: ['investigator', 'supervisor', 'auditor', 'administrator'], scope: 'sites' },
  'approvals.decide': { roles: ['supervisor', 'administrator'], scope: 'sites' },
  'holds.agree-release': { roles: ['supervisor'], scope: 'sites' },
  /** Technicians and heads hear of some kinds only, heads without people and texts (`alarms/alarm-view.ts`). */
  'alarms.read': { roles: ['technician', 'monitor', 'supervisor', 'auditor', 'head'], scope: 'sites' },
  'alarms.acknowledge': { roles: ['monitor', 'supervisor'], scope: 'sites' },
  'alarms.own': { roles: ['monitor', 'supervisor'], scope: 'sites' },
  'alarms.explain': { roles: ['technician', 'monitor', 'supervisor'], scope: 'sites' },
  'alarms.close': { roles: ['monitor', 'supervisor'], scope: 'sites' },
  /** How long footage is kept. There is no action that deletes any: only days that are over do. */
  'retention.read': { roles: ['supervisor', 'auditor', 'administrator'], scope: 'sites' },
  'retention.manage': { roles: ['administrator'], scope: 'sites' },
  'retention.agree-cut': { roles: ['supervisor'], scope: 'sites' },
  /** What was drawn also says which old footage is still there, so it is for those only who may know of holds. */
  'sweeps.read': { roles: ['supervisor', 'auditor'], scope: 'sites' },
  'audit.read': { roles: ['auditor'], scope: 'everything' },
  'ledgers.read': { roles: ['investigator', 'supervisor', 'auditor'], scope: 'sites' },
  /** Adds a signature, by a key the settings name, to a head that is there: changes nothing else. */
  'ledgers.cosign': { roles: ['auditor'], scope: 'sites' },
  'duty.read': {
    roles: ['monitor', 'supervisor', 'auditor', 'administrator', 'head'],
    scope: 'sites',
  },
  'duty.agree-reduction': { roles: ['supervisor'], scope: 'sites' },
  'duty.change': { roles: ['supervisor', 'administrator'], scope: 'sites' },
  /** Queue machines write with a key of their own, limited to its site. */
  'api-keys.manage': { roles: ['administrator'], scope: 'sites' },
  'transactions.note': { roles: ['supervisor', 'administrator'], scope: 'sites' },
  'transactions.read': { roles: ['investigator', 'supervisor', 'auditor'], scope: 'sites' },
  /** Who sat where: never a list of somebody's attendance. An investigator needs a case that covers it. */
  'roster.note': { roles: ['supervisor', 'administrator'], scope: 'sites' },
  'roster.read': { roles: ['investigator', 'supervisor'], scope: 'sites' },
  'reconciliation.read': { roles: ['investigator', 'supervisor', 'auditor'], scope: 'sites' },
  'notices.make': { roles: ['supervisor', 'administrator'], scope: 'sites' },
  'notices.read': {
    roles: ['technician', 'supervisor', 'auditor', 'administrator', 'head'],
    scope: 'sites',
  },
  /** That it hangs at the counter. */
  'notices.post': { roles: ['technician', 'supervisor', 'administrator', 'head'], scope: 'sites' },
  'health.read': { roles: ['technician', 'supervisor', 'auditor', 'administrator', 'head'], scope: 'sites' },
  /** Still pictures of a registered source: nobody yet. */
  'snapshot.read': { roles: [], scope: 'sites' },
} as const satisfies Record<string, Row>;

export type Action = keyof typeof roleTable;
/** Rows that nothing asks for yet. */
export const reservedActions = ['snapshot.read'] as const satisfies readonly Action[];
export const actions = Object.keys(roleTable) as readonly Action[];

const rows: Readonly<Record<Action, Row>> = roleTable;

export function roleMay(role: Role, action: Action): boolean {
  return rows[action].roles.includes(role);
}

export function scopeOf(action: Action): ActionScope {
  return rows[action].scope;
}

export function actionsOf(role: Role): Action[] {
  return actions.filter((action) => roleMay(role, action));
}
