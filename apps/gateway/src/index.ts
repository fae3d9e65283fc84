export type { KnownChannel } from './channel-directory.ts'
export { EXPORTS, type ExportName, type ExportQuestion, readExportQuestion } from './export-question.ts'
export { type ExportParts, type ExportRow, type ExportValue, RowExport } from './export-rows.ts'
export { startGateway } from './gateway.ts'
export type {
  Gateway,
  GatewayOptions,
  GatewaySettings,
  SourceInfo,
  SourceKind,
  WantedList,
} from './gateway-options.ts'
export { HttpProblem } from './http-problem.ts'
export { wantedLater } from './wanted-later.ts'
