export { CamerasPage } from './cameras-page.tsx';
