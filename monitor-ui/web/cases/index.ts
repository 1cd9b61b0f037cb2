import '@mantine/core/styles.layer.css';
export { CasesPage } from './cases-page.tsx';
