export * from './audit-entries.ts';
export { auditKinds, type AuditKind } from './audit-kind.ts';
export { commitmentTo, isAnythingSealed, openFields } from './audit-fields.ts';
export { AuditLog, type AuditFact, type AuditQuery } from './audit-log.ts';
export { auditSchema } from './audit-schema.ts';
