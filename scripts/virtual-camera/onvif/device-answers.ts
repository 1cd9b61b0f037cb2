import { DEVICE_PATH, MEDIA2_PATH, MEDIA_PATH, scopes, type DeviceModel } from './device-model.ts';
import { DEVICE_NAMESPACE, MEDIA2_NAMESPACE, MEDIA_NAMESPACE } from './soap.ts';
import { element, fields, joined, type Xml } from './xml.ts';

type Answer = (model: DeviceModel) => Xml;

/** The device service (ONVIF Core, ver10/device/wsdl), as far as recorders ask. */
export const DEVICE_ANSWERS: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['GetSystemDateAndTime', dateAndTime],
  ['GetDeviceInformation', deviceInformation],
  ['GetCapabilities', capabilities],
  ['GetServices', services],
  [
    'GetServiceCapabilities',
    () => element('tds:GetServiceCapabilitiesResponse', {}, element('tds:Capabilities')),
  ],
  ['GetScopes', getScopes],
  ['GetHostname', hostname],
  ['GetNetworkInterfaces', networkInterfaces],
  ['GetEndpointReference', endpointReference],
]);

/** What ONVIF Core's access classes let anybody ask (PRE_AUTH). */
export const OPERATIONS_WITHOUT_LOGIN: ReadonlySet<string> = new Set([
  'GetSystemDateAndTime',
  'GetCapabilities',
  'GetServices',
  'GetServiceCapabilities',
  'GetHostname',
  'GetEndpointReference',
]);

function dateAndTime(model: DeviceModel): Xml {
  const now = new Date(model.deviceNowMs());
  const time = { Hour: now.getUTCHours(), Minute: now.getUTCMinutes(), Second: now.getUTCSeconds() };
  const date = { Year: now.getUTCFullYear(), Month: now.getUTCMonth() + 1, Day: now.getUTCDate() };
  const utc = element(
    'tt:UTCDateTime',
    {},
    element('tt:Time', {}, fields('tt', time)),
    element('tt:Date', {}, fields('tt', date)),
  );
  const kind = fields('tt', { DateTimeType: 'NTP', DaylightSavings: false });
  const zone = element('tt:TimeZone', {}, element('tt:TZ', {}, 'UTC0'));
  const all = element('tds:SystemDateAndTime', {}, kind, zone, utc);
  return element('tds:GetSystemDateAndTimeResponse', {}, all);
}

function deviceInformation(model: DeviceModel): Xml {
  const information = {
    Manufacturer: 'Minh Bach',
    Model: 'Virtual camera',
    FirmwareVersion: '1.0',
    SerialNumber: model.serialNumber,
    HardwareId: model.hardwareId,
  };
  return element('tds:GetDeviceInformationResponse', {}, fields('tds', information));
}

function capabilities(model: DeviceModel): Xml {
  const address = (path: string) => element('tt:XAddr', {}, model.httpBase + path);
  const streaming = { RTPMulticast: false, RTP_TCP: true, RTP_RTSP_TCP: true };
  const media = element(
    'tt:Media',
    {},
    address(MEDIA_PATH),
    element('tt:StreamingCapabilities', {}, fields('tt', streaming)),
  );
  const all = element('tds:Capabilities', {}, element('tt:Device', {}, address(DEVICE_PATH)), media);
  return element('tds:GetCapabilitiesResponse', {}, all);
}

function services(model: DeviceModel): Xml {
  const known: readonly (readonly [namespace: string, path: string])[] = [
    [DEVICE_NAMESPACE, DEVICE_PATH],
    [MEDIA_NAMESPACE, MEDIA_PATH],
    ...(model.hasMedia2 ? [[MEDIA2_NAMESPACE, MEDIA2_PATH] as const] : []),
  ];
  const version = element('tds:Version', {}, fields('tt', { Major: 2, Minor: 60 }));
  const listed = known.map(([namespace, path]) =>
    element(
      'tds:Service',
      {},
      fields('tds', { Namespace: namespace, XAddr: model.httpBase + path }),
      version,
    ),
  );
  return element('tds:GetServicesResponse', {}, joined(listed));
}

function getScopes(model: DeviceModel): Xml {
  const listed = scopes(model).map((scope) =>
    element('tds:Scopes', {}, fields('tt', { ScopeDef: 'Fixed', ScopeItem: scope })),
  );
  return element('tds:GetScopesResponse', {}, joined(listed));
}

function hostname(model: DeviceModel): Xml {
  const information = fields('tt', { FromDHCP: false, Name: `camera-${model.serialNumber}` });
  return element('tds:GetHostnameResponse', {}, element('tds:HostnameInformation', {}, information));
}

function networkInterfaces(model: DeviceModel): Xml {
  const info = element('tt:Info', {}, fields('tt', { Name: 'eth0', HwAddress: model.macAddress }));
  const manual = element('tt:Manual', {}, fields('tt', { Address: model.hostAddress, PrefixLength: 24 }));
  const config = element('tt:Config', {}, manual, fields('tt', { DHCP: false }));
  const ipv4 = element('tt:IPv4', {}, fields('tt', { Enabled: true }), config);
  const all = element(
    'tds:NetworkInterfaces',
    { token: 'eth0' },
    fields('tt', { Enabled: true }),
    info,
    ipv4,
  );
  return element('tds:GetNetworkInterfacesResponse', {}, all);
}

function endpointReference(model: DeviceModel): Xml {
  return element('tds:GetEndpointReferenceResponse', {}, element('tds:GUID', {}, `urn:uuid:${model.uuid}`));
}
