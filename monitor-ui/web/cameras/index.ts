import '@mantine/core/styles.layer.css';
export { CamerasPage } from './cameras-page.tsx';
