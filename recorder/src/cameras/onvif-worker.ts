import http from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { AddressGuard } from './address-guard.ts';
import { guardedAgents } from './guarded-agent.ts';
import { discoverWithNodeOnvif, nodeOnvifAdapter } from './node-onvif-adapter.ts';
import { makeOnvifAdapter } from './onvif-adapter.ts';
import { describeDevice } from './describe-device.ts';
import { onvifFault } from './onvif-fault.ts';
import type { OnvifReply, OnvifRequest } from './onvif-request.ts';

/**
 * A thread of its own for each conversation with a device: both libraries rethrow what goes wrong in their callbacks,
 * parse whatever they are sent, and know no deadline. Whatever happens here ends this thread and nothing else.
 */
async function answerTo(request: OnvifRequest): Promise<unknown> {
  const agents = guardedAgents(new AddressGuard(request.networks), request.maxAnswerBytes);
  // node-onvif takes no agent; it uses this one.
  http.globalAgent = agents.http;
  const adapters = { 'node-onvif': nodeOnvifAdapter, onvif: makeOnvifAdapter(agents) };
  switch (request.operation) {
    case 'discover':
      return discoverWithNodeOnvif();
    case 'describe':
      return describeDevice(request.login, adapters);
    case 'stream-uri':
      return adapters[request.profile.adapter].streamUri(request.login, request.profile.token);
    case 'snapshot-uri':
      return adapters[request.profile.adapter].snapshotUri(request.login, request.profile.token);
    case 'clock-reading':
      return adapters.onvif.clockReading(request.login);
    case 'identity':
      return adapters.onvif.identity(request.login);
  }
}

function reply(message: OnvifReply): void {
  parentPort?.postMessage(message);
}

answerTo(workerData as OnvifRequest).then(
  (answer) => reply({ ok: true, answer: JSON.parse(JSON.stringify(answer ?? null)) }),
  (error: unknown) => reply({ ok: false, ...onvifFault(error) }),
);
