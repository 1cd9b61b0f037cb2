import '@mantine/core/styles.layer.css';
export { ComplaintsPage } from './complaints-page.tsx';
