# It builds with any engine, also without BuildKit.
#
# The bases are arguments, so that a mirror, a digest or an image made on the spot can be given. Both need glibc of the
# same generation: the service loads ONNX Runtime.
ARG BUILD_IMAGE=golang:1.26-trixie
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
ARG VERSION=unknown
ARG COMMIT=unknown
# What the module downloads need behind a mirror, e.g. --build-arg GOPROXY=…
ARG GOPROXY
ARG GOFLAGS=-mod=readonly
RUN CGO_ENABLED=1 go build -trimpath -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" \
      -o /out/datastorage ./cmd/datastorage \
 && mkdir -p /out/runtime /out/licenses \
 && cp -r .runtime/onnxruntime-* .runtime/model-* /out/runtime/ \
 && cp LICENSE /out/licenses/ \
 && go version -m /out/datastorage > /out/licenses/modules.txt

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="Kubernaut Data Storage Service" \
      org.opencontainers.image.description="Catalog of remediation playbooks and audit trail" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/kubernaut/datastorage" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
COPY --from=build /out/datastorage /datastorage
COPY --from=build /out/runtime /runtime
COPY --from=build /out/licenses /licenses
ENV DATASTORAGE_RUNTIME_DIR=/runtime \
    DATASTORAGE_LISTEN=:8080
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/datastorage", "healthcheck"]
ENTRYPOINT ["/datastorage"]
CMD ["serve"]
