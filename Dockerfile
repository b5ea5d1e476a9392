# orgsync and nothing else: one static binary, which brings its own certificates, run by nobody in particular.
FROM rust:1.89-alpine AS build
# hadolint ignore=DL3018
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked && mkdir /state

FROM scratch
COPY --from=build /src/target/release/orgsync /orgsync
# The journal. Mount something here that outlives the container.
COPY --from=build --chown=65532:65532 /state /state
ENV HOME=/state XDG_STATE_HOME=/state
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/orgsync"]
