# Two stages on one Debian release: the first builds and gathers what the binary needs, the second
# is nothing but that. tests/package/docker_rootfs.py carries these instructions out without Docker.
FROM debian:12.14-slim AS build
WORKDIR /src
# Apart from the sources, so that a change of code does not install everything again.
COPY script/bootstrap script/bootstrap
RUN script/bootstrap && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake --preset release && cmake --build --preset release --target llm-router
# Files of the image are dated by this, so that the same build gives the same layers.
ARG SOURCE_DATE_EPOCH=0
RUN script/container-root build/release/bin/llm-router /image /state

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="llm-router" \
      org.opencontainers.image.description="Local-first LLM router" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
# The parent's content is copied, so that the directory itself belongs to the user.
COPY --from=build --chown=10001:10001 /state/ /var/lib/
WORKDIR /var/lib/llm-router
ENV PATH=/usr/bin \
    HOME=/var/lib/llm-router \
    LLM_ROUTER_DB=/var/lib/llm-router/ledger.db \
    LLM_ROUTER_LISTEN=0.0.0.0:11435
USER 10001:10001
VOLUME ["/var/lib/llm-router"]
EXPOSE 11435
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/usr/bin/llm-router", "healthcheck"]
# An address other than loopback needs LLM_ROUTER_API_KEYS: without it the container says so and stops.
ENTRYPOINT ["/usr/bin/llm-router"]
CMD ["serve"]
