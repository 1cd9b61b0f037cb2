export interface CephLayout {
  readonly directory: string;
  readonly fsid: string;
  readonly monitorPort: number;
  readonly monitorLegacyPort: number;
  readonly gatewayPort: number;
  /** The OSD takes eight free ports from here on. */
  readonly firstOsdPort: number;
}

export function monitorAddresses(layout: CephLayout): string {
  return `[v2:127.0.0.1:${layout.monitorPort},v1:127.0.0.1:${layout.monitorLegacyPort}]`;
}

/**
 * The smallest cluster that serves S3: one monitor, one OSD that keeps its objects in memory, one gateway; no manager,
 * no logins between them, loopback only. What stands against Ceph's defaults, and why, is said beside it.
 */
export function cephConf(layout: CephLayout): string {
  const { directory } = layout;
  const sections: Record<string, Record<string, string | number | boolean>> = {
    global: {
      fsid: layout.fsid,
      mon_host: monitorAddresses(layout),
      public_addr: '127.0.0.1',
      public_network: '127.0.0.0/8',
      cluster_network: '127.0.0.0/8',
      auth_cluster_required: 'none',
      auth_service_required: 'none',
      auth_client_required: 'none',
      run_dir: `${directory}/run`,
      admin_socket: `${directory}/run/$name.asok`,
      log_file: `${directory}/$name.log`,
      mon_cluster_log_file: `${directory}/cluster.log`,
      crash_dir: `${directory}/run`,
      // One copy on one host is refused otherwise.
      osd_pool_default_size: 1,
      osd_pool_default_min_size: 1,
      osd_crush_chooseleaf_type: 0,
      mon_allow_pool_size_one: true,
      mon_max_pg_per_osd: 1000,
      mon_data_avail_crit: 1,
      osd_pool_default_pg_num: 2,
      osd_pool_default_pgp_num: 2,
      osd_pool_default_pg_autoscale_mode: 'off',
      // Each new pool waits for the monitor's next round: a second by default, and the gateway makes a dozen pools.
      paxos_propose_interval: 0.05,
      paxos_min_wait: 0.01,
      mon_tick_interval: 1,
      ms_bind_port_min: layout.firstOsdPort,
      ms_bind_port_max: layout.firstOsdPort + 60,
    },
    mon: { mon_data: `${directory}/mon` },
    osd: { osd_data: `${directory}/osd`, osd_objectstore: 'memstore', memstore_device_bytes: 4 * 2 ** 30 },
    'client.rgw': {
      // Without tcp_nodelay every small answer takes 40 ms.
      rgw_frontends: `beast endpoint=127.0.0.1:${layout.gatewayPort} tcp_nodelay=1`,
      // The gateway insists on an encrypted line to the monitor, which needs logins; without this it hangs.
      ms_mon_client_mode: 'crc',
      rgw_thread_pool_size: 32,
      rgw_enable_usage_log: false,
      // Deleted objects free their memory within seconds, not after two hours.
      rgw_gc_obj_min_wait: 5,
      rgw_gc_processor_period: 5,
      rgw_gc_processor_max_time: 5,
    },
  };
  return Object.entries(sections)
    .map(
      ([name, keys]) =>
        `[${name}]\n${Object.entries(keys)
          .map(([key, value]) => `${key} = ${value}\n`)
          .join('')}`,
    )
    .join('\n');
}
