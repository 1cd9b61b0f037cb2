import { accessSchema } from './access/index.ts';
import { alarmSchema } from './alarms/index.ts';
import { approvalSchemaSteps } from './approvals/index.ts';
import { auditSchema } from './audit/index.ts';
import { caseSchemaSteps } from './cases/index.ts';
import { catalogueSchema } from './catalogue/index.ts';
import { complaintSchemaSteps } from './complaints/index.ts';
import type { SchemaStep } from './database/index.ts';
import { dutySchema } from './duty/index.ts';
import { evidenceSchema } from './evidence/index.ts';
import { fleetSchema } from './fleet/index.ts';
import { incidentSchema } from './incidents/index.ts';
import { noticesSchema } from './notices/index.ts';
import { playbackSchema } from './playback/index.ts';
import { retentionSchema } from './retention/index.ts';
import { sweepSchema } from './sweeps/index.ts';
import { ticketSchema } from './tickets/index.ts';
import { witnessSchema } from './witness/index.ts';

/** Every step the database has ever taken, in the order it takes them. Only ever appended to, one step at a time. */
export const databaseSchema: readonly SchemaStep[] = [
  ...accessSchema.slice(0, 1),
  ...auditSchema.slice(0, 1),
  ...fleetSchema.slice(0, 1),
  ...dutySchema.slice(0, 1),
  ...incidentSchema.slice(0, 1),
  ...catalogueSchema.slice(0, 1),
  ...playbackSchema.slice(0, 1),
  ...retentionSchema.slice(0, 1),
  ...catalogueSchema.slice(1, 2),
  ...alarmSchema.slice(0, 1),
  ...catalogueSchema.slice(2, 3),
  ...retentionSchema.slice(1, 2),
  ...dutySchema.slice(1, 2),
  ...witnessSchema.slice(0, 1),
  ...accessSchema.slice(1, 2),
  ...approvalSchemaSteps,
  ...retentionSchema.slice(2, 3),
  ...evidenceSchema.slice(0, 1),
  ...sweepSchema.slice(0, 1),
  ...dutySchema.slice(2, 3),
  ...auditSchema.slice(1, 2),
  ...retentionSchema.slice(3, 4),
  ...fleetSchema.slice(1, 2),
  ...retentionSchema.slice(4, 5),
  ...complaintSchemaSteps,
  ...caseSchemaSteps,
  ...ticketSchema,
  ...noticesSchema,
  ...evidenceSchema.slice(1, 2),
  ...witnessSchema.slice(1, 2),
  ...evidenceSchema.slice(2, 3),
  ...witnessSchema.slice(2, 3),
  ...retentionSchema.slice(5, 6),
];
