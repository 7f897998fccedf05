# The nightly job in an image: Node, the program, and what it needs at run time. docs/operations.md says how it is run.
#
#   docker build --tag perpbooks:0.1.0 .

FROM node:22-slim AS build
WORKDIR /perpbooks
COPY package.json package-lock.json .npmrc ./
# No package that runs in production has an install script (docs/dependencies.md).
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
RUN npm run build && npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /perpbooks
COPY --from=build /perpbooks/node_modules node_modules
COPY --from=build /perpbooks/dist dist
COPY package.json ./
COPY sql sql
COPY reports reports
# What it writes lies below: a volume takes over the owner of the folder that it covers.
RUN install --directory --owner=node --group=node /books /books/out
WORKDIR /books
USER node
ENTRYPOINT ["node", "/perpbooks/dist/main.js"]
CMD ["run"]
