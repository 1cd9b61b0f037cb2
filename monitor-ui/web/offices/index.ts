import '@mantine/core/styles.layer.css';
export { OfficesPage } from './offices-page.tsx';
