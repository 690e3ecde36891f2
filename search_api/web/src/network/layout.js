// Where the institutions come to stand: forces between them, from the places that they have.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const MIDDLE = { x: 480, y: 310 };

/** Draws the members of a community a little together. */
function together(nodes, strength) {
  return (alpha) => {
    const middles = new Map();
    for (const node of nodes) {
      if (node.community === null) continue;
      const middle = middles.get(node.community) ?? { x: 0, y: 0, n: 0 };
      middle.x += node.x;
      middle.y += node.y;
      middle.n += 1;
      middles.set(node.community, middle);
    }
    for (const node of nodes) {
      const middle = middles.get(node.community);
      if (!middle) continue;
      node.vx += (middle.x / middle.n - node.x) * strength * alpha;
      node.vy += (middle.y / middle.n - node.y) * strength * alpha;
    }
  };
}

/** The forces on a graph, at rest; `step` moves everything on by one tick, `warm` sets it in motion. */
export function layout(graph) {
  const { nodes, edges } = graph;
  const heaviest = Math.max(...edges.map((edge) => edge.weight), 1e-9);
  const simulation = forceSimulation(nodes)
    .force("link", forceLink(edges).distance((edge) => 60 + 60 * (1 - Math.sqrt(edge.weight / heaviest))))
    .force("charge", forceManyBody().strength((node) => -60 - 6 * node.r).distanceMax(600).theta(1.1))
    .force("collide", forceCollide((node) => node.r + 3).strength(0.7))
    .force("x", forceX(MIDDLE.x).strength(0.045))
    .force("y", forceY(MIDDLE.y).strength(0.07))
    .force("community", together(nodes, 0.09))
    .velocityDecay(0.45)
    .alphaMin(0.02)
    .alphaDecay(0.03)
    .alpha(0)
    .stop();
  return {
    get moving() {
      return simulation.alpha() >= simulation.alphaMin() || simulation.alphaTarget() > 0;
    },
    warm(alpha) {
      simulation.alpha(Math.max(alpha, simulation.alpha()));
    },
    hold(alpha) {
      simulation.alphaTarget(alpha);
      if (alpha) simulation.alpha(Math.max(alpha, simulation.alpha()));
    },
    step() {
      simulation.tick();
    },
    /** All the way at once, for who wants nothing to move. */
    async settle(stopped) {
      let began = performance.now();
      while (simulation.alpha() >= simulation.alphaMin() && !stopped()) {
        simulation.tick();
        if (performance.now() - began < 30) continue;
        await new Promise((resolve) => { setTimeout(resolve); });
        began = performance.now();
      }
    },
  };
}
