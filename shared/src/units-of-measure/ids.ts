import { v7 } from 'uuid';
import { z } from 'zod';

/** Ids are UUIDs; new ones are version 7 (RFC 9562), so that rows made together lie together. */
function idSchema<Brand extends string>() {
  return z.uuid().brand<Brand>();
}

export const recorderIdSchema = idSchema<'RecorderId'>();
export const deviceIdSchema = idSchema<'DeviceId'>();
export const sourceIdSchema = idSchema<'SourceId'>();
export const captureIdSchema = idSchema<'CaptureId'>();
export const segmentIdSchema = idSchema<'SegmentId'>();
export const gapIdSchema = idSchema<'GapId'>();
export const jobIdSchema = idSchema<'JobId'>();
export const unitIdSchema = idSchema<'UnitId'>();
export const siteIdSchema = idSchema<'SiteId'>();
export const counterIdSchema = idSchema<'CounterId'>();
export const personIdSchema = idSchema<'PersonId'>();
export const grantIdSchema = idSchema<'GrantId'>();
export const incidentIdSchema = idSchema<'IncidentId'>();
export const holdIdSchema = idSchema<'HoldId'>();
export const monitorIdSchema = idSchema<'MonitorId'>();
export const alarmIdSchema = idSchema<'AlarmId'>();
export const workOrderIdSchema = idSchema<'WorkOrderId'>();
export const gapExplanationIdSchema = idSchema<'GapExplanationId'>();
export const sweepIdSchema = idSchema<'SweepId'>();
export const approvalIdSchema = idSchema<'ApprovalId'>();
export const exportIdSchema = idSchema<'ExportId'>();
export const exportRecipientIdSchema = idSchema<'ExportRecipientId'>();
export const apiKeyIdSchema = idSchema<'ApiKeyId'>();
export const transactionIdSchema = idSchema<'TransactionId'>();
export const rosterEntryIdSchema = idSchema<'RosterEntryId'>();
export const noticeIdSchema = idSchema<'NoticeId'>();
export const complaintIdSchema = idSchema<'ComplaintId'>();
export const attachmentIdSchema = idSchema<'AttachmentId'>();
export const caseIdSchema = idSchema<'CaseId'>();
export const caseItemIdSchema = idSchema<'CaseItemId'>();

export type RecorderId = z.infer<typeof recorderIdSchema>;
export type DeviceId = z.infer<typeof deviceIdSchema>;
export type SourceId = z.infer<typeof sourceIdSchema>;
export type CaptureId = z.infer<typeof captureIdSchema>;
export type SegmentId = z.infer<typeof segmentIdSchema>;
export type GapId = z.infer<typeof gapIdSchema>;
export type JobId = z.infer<typeof jobIdSchema>;
export type UnitId = z.infer<typeof unitIdSchema>;
export type SiteId = z.infer<typeof siteIdSchema>;
export type CounterId = z.infer<typeof counterIdSchema>;
export type PersonId = z.infer<typeof personIdSchema>;
export type GrantId = z.infer<typeof grantIdSchema>;
export type IncidentId = z.infer<typeof incidentIdSchema>;
export type HoldId = z.infer<typeof holdIdSchema>;
export type MonitorId = z.infer<typeof monitorIdSchema>;
export type AlarmId = z.infer<typeof alarmIdSchema>;
export type WorkOrderId = z.infer<typeof workOrderIdSchema>;
export type GapExplanationId = z.infer<typeof gapExplanationIdSchema>;
export type SweepId = z.infer<typeof sweepIdSchema>;
export type ApprovalId = z.infer<typeof approvalIdSchema>;
export type ExportId = z.infer<typeof exportIdSchema>;
export type ExportRecipientId = z.infer<typeof exportRecipientIdSchema>;
export type ApiKeyId = z.infer<typeof apiKeyIdSchema>;
export type TransactionId = z.infer<typeof transactionIdSchema>;
export type RosterEntryId = z.infer<typeof rosterEntryIdSchema>;
export type NoticeId = z.infer<typeof noticeIdSchema>;
export type ComplaintId = z.infer<typeof complaintIdSchema>;
export type AttachmentId = z.infer<typeof attachmentIdSchema>;
export type CaseId = z.infer<typeof caseIdSchema>;
export type CaseItemId = z.infer<typeof caseItemIdSchema>;

/** A fresh id of the kind its schema names: `newId(segmentIdSchema)`. */
export function newId<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> {
  return schema.parse(v7());
}
