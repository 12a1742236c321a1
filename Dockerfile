# Build and runtime on the same Debian release; the runtime holds the binary and its libraries only.
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY script/bootstrap script/bootstrap
RUN script/bootstrap
COPY . .
RUN cmake --preset release && cmake --build --preset release --target llm-router

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates tzdata libssl3 libsqlite3-0 libfmt9 libspdlog1.10 libsimdjson14 libsystemd0 \
        libprometheus-cpp-core1.0 libjemalloc2 libboost-url1.81.0 libboost-json1.81.0 \
        zlib1g libzstd1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/llm-router --create-home llm-router
COPY --from=build /src/build/release/bin/llm-router /usr/bin/llm-router
USER 10001
VOLUME /var/lib/llm-router
ENV LLM_ROUTER_DB=/var/lib/llm-router/ledger.db \
    LLM_ROUTER_LISTEN=0.0.0.0:11435
EXPOSE 11435
# A non-loopback address needs LLM_ROUTER_API_KEYS: without it the container says so and stops.
ENTRYPOINT ["llm-router"]
CMD ["serve"]
