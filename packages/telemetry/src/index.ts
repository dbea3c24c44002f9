/**
 * Preload that traces a process: `node --import @studymate/telemetry main.ts`. It must come before everything
 * else, since it wraps modules as they load. Without OTEL_EXPORTER_OTLP_ENDPOINT it does nothing. Exporter,
 * sampling and service name follow the OpenTelemetry environment variables (OTEL_SERVICE_NAME, …).
 */
if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) await (await import('./start-tracing.ts')).startTracing();
