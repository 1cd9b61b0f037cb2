export { EvidenceCheck } from './evidence-check.tsx';
export { useEvidenceText } from './i18n/index.ts';
