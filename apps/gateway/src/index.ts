export { startGateway } from './gateway.ts'
export type {
  Gateway,
  GatewayOptions,
  GatewaySettings,
  SourceInfo,
  SourceKind,
  WantedList,
} from './gateway-options.ts'
export { wantedLater } from './wanted-later.ts'
