import '@mantine/core/styles.layer.css';
export { FirstStartPage } from './first-start-page.tsx';
