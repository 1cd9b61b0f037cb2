import './cameras.css';
import { useMay } from '../app/index.ts';
import { CameraList } from './camera-list.tsx';
import { useCamerasSearch } from './page-search.ts';
import { Wizard } from './wizard/wizard.tsx';

export function CamerasPage() {
  const [search, go] = useCamerasSearch();
  const mayRegister = useMay('sources.register');
  const mayAim = useMay('sources.aim');
  const adding = search.add === 'aim' ? mayAim : search.add !== undefined && mayRegister;
  return adding ? <Wizard search={search} go={go} /> : <CameraList search={search} go={go} />;
}
