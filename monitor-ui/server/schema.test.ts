import { expect, test } from '@jest/globals';
import { accessSchema } from './access/index.ts';
import { alarmSchema } from './alarms/index.ts';
import { approvalSchemaSteps } from './approvals/index.ts';
import { auditSchema } from './audit/index.ts';
import { caseSchemaSteps } from './cases/index.ts';
import { catalogueSchema } from './catalogue/index.ts';
import { complaintSchemaSteps } from './complaints/index.ts';
import { dutySchema } from './duty/index.ts';
import { evidenceSchema } from './evidence/index.ts';
import { fleetSchema } from './fleet/index.ts';
import { incidentSchema } from './incidents/index.ts';
import { noticesSchema } from './notices/index.ts';
import { playbackSchema } from './playback/index.ts';
import { retentionSchema } from './retention/index.ts';
import { sweepSchema } from './sweeps/index.ts';
import { databaseSchema } from './schema.ts';
import { ticketSchema } from './tickets/index.ts';
import { witnessSchema } from './witness/index.ts';

test('the database takes every step of every room, each once', () => {
  const rooms = [
    accessSchema,
    alarmSchema,
    approvalSchemaSteps,
    auditSchema,
    caseSchemaSteps,
    catalogueSchema,
    complaintSchemaSteps,
    dutySchema,
    evidenceSchema,
    fleetSchema,
    incidentSchema,
    noticesSchema,
    playbackSchema,
    retentionSchema,
    sweepSchema,
    ticketSchema,
    witnessSchema,
  ];
  const names = (steps: readonly { readonly name: string }[]) => steps.map(({ name }) => name).sort();
  expect(names(databaseSchema)).toEqual(names(rooms.flat()));
});
