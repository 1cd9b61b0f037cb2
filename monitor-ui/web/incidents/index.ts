import '@mantine/core/styles.layer.css';
export { useIncidentText } from './i18n/index.ts';
export { categories, severities, severityTone } from './incident-words.ts';
export { IncidentsPage } from './incidents-page.tsx';
