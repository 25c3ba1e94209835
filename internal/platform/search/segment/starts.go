package segment

import "math"

// starts are places in a list, in order, in half the memory: 16 bits of each beside where its block of 64 begins. A block that goes
// on for more than that keeps its places whole.
type starts struct {
	blocks []uint32 // where each begins; or, marked, what stands before its places in whole
	within []uint16
	whole  []uint32
}

const keptWhole = 1 << 31

func startsOf(list []uint32) starts {
	s := starts{blocks: make([]uint32, 0, (len(list)+63)/64), within: make([]uint16, len(list))}
	for i := 0; i < len(list); i += 64 {
		block := list[i:min(i+64, len(list))]
		from := block[0]
		if from >= keptWhole || block[len(block)-1]-from > math.MaxUint16 {
			s.blocks = append(s.blocks, keptWhole|uint32(len(s.whole)))
			s.whole = append(s.whole, block...)
			continue
		}
		s.blocks = append(s.blocks, from)
		for j, at := range block {
			s.within[i+j] = uint16(at - from)
		}
	}
	return s
}

func (s *starts) at(i uint32) uint32 {
	from := s.blocks[i>>6]
	if from&keptWhole != 0 {
		return s.whole[from&^keptWhole+i&63]
	}
	return from + uint32(s.within[i])
}
