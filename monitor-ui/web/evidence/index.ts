import '@mantine/core/styles.layer.css';

export { ApprovalsPage } from './approvals-page.tsx';
export { ExportDialog } from './export-dialog.tsx';
export { ExportsPage } from './exports-page.tsx';
export { useEvidenceText } from './i18n/index.ts';
