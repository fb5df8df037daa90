"""M/M/1 (0.9 customers an hour, service 1 h) in a Python library: one JSON object with the number of customers, the
processor time that they took [s] and their mean time in the system [h].

Usage: python mm1.py simpy|ciw|salabim|cimba CUSTOMERS
"""

import json
import random
import sys
import time

RATE, SERVICE = 0.9, 1.0


def with_simpy(n):
    import simpy

    rng, env = random.Random(1), simpy.Environment()
    server, times = simpy.Resource(env, 1), [0.0, 0]

    def customer():
        start = env.now
        with server.request() as claim:
            yield claim
            yield env.timeout(rng.expovariate(1 / SERVICE))
        times[0] += env.now - start
        times[1] += 1

    def arrivals():
        for _ in range(n):
            yield env.timeout(rng.expovariate(RATE))
            env.process(customer())

    def run():
        env.process(arrivals())
        env.run()
        return times[1], times[0] / times[1]

    return run


def with_ciw(n):
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE)],
        service_distributions=[ciw.dists.Exponential(1 / SERVICE)],
        number_of_servers=[1],
    )

    def run():
        ciw.seed(1)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(n, method="Finish")
        times = [r.waiting_time + r.service_time for r in simulation.get_all_records()]
        return len(times), sum(times) / len(times)

    return run


def with_salabim(n):
    import salabim

    salabim.yieldless(False)
    env = salabim.Environment(random_seed=1, time_unit="hours")
    rng, times = random.Random(1), [0.0, 0]
    server = salabim.Resource(capacity=1)

    class Customer(salabim.Component):
        def process(self):
            start = env.now()
            yield self.request(server)
            yield self.hold(rng.expovariate(1 / SERVICE))
            self.release()
            times[0] += env.now() - start
            times[1] += 1

    class Arrivals(salabim.Component):
        def process(self):
            for _ in range(n):
                yield self.hold(rng.expovariate(RATE))
                Customer()

    def run():
        Arrivals()
        env.run()
        return times[1], times[0] / times[1]

    return run


def with_cimba(n):
    import cimba as cb
    from cimba import inputs

    # The published model of its README: a container holds those who wait; the mean time follows by Little's law.
    class Queue(cb.Model):
        interarrival: cb.Input[float] = inputs.dist.exponential(mean=1 / RATE)
        service_time: cb.Input[float] = inputs.dist.exponential(mean=SERVICE)
        queue: cb.Container
        waiting: cb.Output[float]

        @cb.process
        def arrivals(self):
            while True:
                cb.hold(self.interarrival.next())
                self.queue.put(1)

        @cb.process
        def server(self):
            while True:
                self.queue.get(1)
                cb.hold(self.service_time.next())

        @cb.on_end
        def measure(self):
            self.waiting = self.queue.mean_level()

    model = Queue()

    def experiment(hours):
        return cb.Experiment(model, replications=1, window=cb.Window(duration=hours), seed=1).run(workers=1)

    experiment(10.0)  # compiles

    def run():
        waiting = float(experiment(n / RATE)[model].waiting.values.item())
        return n, waiting / RATE + SERVICE

    return run


library, n = sys.argv[1], int(sys.argv[2])
run = {"simpy": with_simpy, "ciw": with_ciw, "salabim": with_salabim, "cimba": with_cimba}[library](n)
start = time.process_time()
customers, mean_time = run()
print(json.dumps({"units": customers, "seconds": time.process_time() - start, "answer": mean_time}))
