# A static binary and nothing else, run by nobody in particular. Mount the manifests at /work.
FROM rust:1.95-alpine AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin peerauth

FROM scratch
COPY --from=build /src/target/release/peerauth /usr/bin/peerauth
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/bin/peerauth"]
CMD ["check"]
