import '@mantine/core/styles.layer.css';
export { SignInPage } from './sign-in-page.tsx';
