/**
 * Decisions that need a second key. A room that has such a decision to make
 *
 * 1. names its kind in `approvalKindSchema` (shared/protocol/http/approval.ts);
 * 2. registers once what follows a decision: `approvals.handle({kind, readAction, giveAction, given, ended})`;
 * 3. asks, within the transaction that stores what is asked for:
 *    `approvals.ask(actor, {kind, subjectId, counterId, from?, to?, reason})`, which answers the approval waiting.
 *
 * `given` and `ended` run in the transaction of the decision and its audit entry: what they throw takes both back.
 */
export type { ApprovalAsk, ApprovalHandler } from './approval-handler.ts';
export { approvalRoutes } from './approval-routes.ts';
export { approvalSchemaSteps } from './approval-schema.ts';
export { Approvals } from './approvals.ts';
